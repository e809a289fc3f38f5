"""How moto is told to imitate AWS: variables it reads while it is imported."""

EMULATION = {
    # what AWS refuses is refused: unknown types, images and key pairs
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "1",
    "MOTO_ENABLE_AMI_VALIDATION": "1",
    "MOTO_ENABLE_KEYPAIR_VALIDATION": "1",
    # without them every attachment of a managed policy fails
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    # the host is always ours, so it never names a bucket
    "S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true",
    # a bucket belongs to its account
    "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false",
    "MOTO_DISABLE_GLOBAL_CORS": "true",
}
