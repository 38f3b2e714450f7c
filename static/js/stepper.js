// Gives number fields a plus and a minus, keeps them within the stock, and adds up the total.
// Without it the fields work as they are, and the server has the last word anyway.

const steppers = [...document.querySelectorAll(".stepper")];

function clamp(input, value) {
  return Math.min(Math.max(value, Number(input.min)), Number(input.max));
}

function refresh(stepper) {
  const input = stepper.querySelector("input");
  const left = document.getElementById(stepper.dataset.stock)?.dataset.available;
  const most = Number(input.dataset.most);
  // Fewer left than chosen is said by the server, on sending: the choice itself stays.
  input.max = Math.max(Math.min(most, Number(left ?? most)), Number(input.value) || 0);
  const [less, more] = stepper.querySelectorAll("button");
  less.disabled = Number(input.value) <= 0;
  more.disabled = Number(input.value) >= Math.min(most, Number(left ?? most));
}

function add(form) {
  const inputs = [...form.querySelectorAll("input[data-price]")];
  const sum = inputs.reduce(
    (total, input) => total + Number(input.dataset.price) * (Number(input.value) || 0), 0);
  const digits = Number(form.dataset.digits);
  const amount = (sum / 10 ** digits).toLocaleString(document.documentElement.lang, {
    minimumFractionDigits: digits,
  });
  form.querySelector("[data-sum]").value = form.dataset.total.replace("{}", amount);
  form.querySelector(".hold-total").hidden = sum === 0;
}

for (const stepper of steppers) {
  const input = stepper.querySelector("input");
  for (const button of stepper.querySelectorAll("button")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      input.value = clamp(input, (Number(input.value) || 0) + Number(button.dataset.step));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  input.addEventListener("input", () => {
    refresh(stepper);
    add(input.form);
  });
  refresh(stepper);
  add(input.form);
}

document.addEventListener("jari:change", () => steppers.forEach(refresh));
