// The code stands behind the # of the link, which is sent to no server. It moves into the form, and out of the address.
const code = location.hash.slice(1);
if (code) {
  document.getElementById("code").value = code;
  document.getElementById("paste").hidden = true;
  history.replaceState(null, "", location.pathname + location.search);
}
