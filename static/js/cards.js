// Fills in a test card at a press.

function reveal() {
  for (const button of document.querySelectorAll("[data-card][hidden]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-card]");
  const field = document.getElementById("card");
  if (!button || !field) return;
  field.value = button.dataset.card;
  field.focus();
});
document.addEventListener("htmx:afterSwap", reveal);
reveal();
