// The answers of a paste go to the clipboard where there is one. Plain script for Chromium 86.
(function () {
  "use strict";

  function chosenByHand(area) {
    area.focus();
    area.select();
    return document.execCommand("copy");
  }

  function copied(button) {
    button.textContent = "已复制";
    document.querySelector("[data-copied]").textContent = "已复制，可以到群里粘贴。";
  }

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var area = document.getElementById(button.getAttribute("data-copy"));
    button.hidden = false;
    button.addEventListener("click", function () {
      if (!navigator.clipboard) {
        if (chosenByHand(area)) {
          copied(button);
        }
        return;
      }
      navigator.clipboard.writeText(area.value).then(copied.bind(null, button), function () {
        if (chosenByHand(area)) {
          copied(button);
        }
      });
    });
  });
})();
