// The part of the address behind # never reaches the server: it is handed over with the form.
document.querySelector('[name="fragment"]').value = location.hash;
