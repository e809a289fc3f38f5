from modalities.change import *
from modalities.wanted import *
from modalities.resource import Kind
import time
def test_p3(cloud):
    before = cloud.holdings()
    t=time.time()
    d = cloud.make(Create(wanted=(Network(name="main"), *(Vm(name=f"web-{i}", network="main") for i in (1,2,3)), LoadBalancer(name="front", targets=("web-1","web-2","web-3"), network="main"))))
    for s in d.steps: print(s.id, s.needs, [ (e.attribute,e.within) for e in s.expects])
    print(d.defaults, d.advisories); print(time.time()-t)
    cloud.undo()
    assert cloud.holdings() == before
def test_p1(plain):
    before = plain.holdings()
    d = plain.make(Create(wanted=(Vm(name="web-1",tags=(("owner","x"),), disk_gib=64, public_ip=True),)))
    for s in d.steps: print(s)
    print(d.defaults, d.advisories, plain.vm("web-1"))
    plain.undo()
    assert plain.holdings() == before
