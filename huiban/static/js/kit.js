// What every page shares. Plain script for Chromium 78; nothing here is needed to use a page.
(function () {
  "use strict";

  // The print switch changes the letters at once and leaves what is being written where it is.
  function switchPrint(event) {
    var form = event.target;
    var button = form.querySelector("button");
    var size = button.value;
    var body = new URLSearchParams();
    event.preventDefault();
    body.set("size", size);
    body.set("here", "/");
    fetch(form.action, { method: "POST", body: body, redirect: "manual" }).then(
      function () {
        var large = size === "large";
        if (large) {
          document.documentElement.setAttribute("data-print", "large");
        } else {
          document.documentElement.removeAttribute("data-print");
        }
        button.value = large ? "normal" : "large";
        button.textContent = large ? "标准版" : "长辈版";
      },
      function () {
        var kept = document.createElement("input");
        kept.type = "hidden";
        kept.name = "size";
        kept.value = size;
        form.appendChild(kept);
        form.submit();
      }
    );
  }

  // A form that was sent isn't sent again by a second tap; it wakes up if the page is returned to.
  function guardDoubleTap(event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") {
      return;
    }
    if (form.getAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "1");
    var button = event.submitter || form.querySelector("button:not([type=button])");
    if (button) {
      button.setAttribute("aria-disabled", "true");
    }
  }

  function wake() {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      form.removeAttribute("data-sent");
      form.querySelectorAll("[aria-disabled]").forEach(function (button) {
        button.removeAttribute("aria-disabled");
      });
    });
  }

  // A form that came back puts the reader at what is wrong, and each sentence at its field.
  window.huibanFocus = function (root) {
    var summary = root.querySelector("[data-focus]");
    if (summary) {
      summary.focus();
      summary.scrollIntoView({ block: "start" });
    }
  };

  window.huibanFocus(document);
  document.querySelectorAll("form.print-size").forEach(function (form) {
    form.addEventListener("submit", switchPrint);
  });
  document.addEventListener("submit", guardDoubleTap);
  window.addEventListener("pageshow", wake);
})();
