// Comfort for the desk. Plain script for Chromium 86; nothing here is needed to use a page.
(function () {
  "use strict";

  var WIDE = "(min-width: 1100px)";
  var SECONDS_BETWEEN_LOOKS = 30;
  var SECONDS_TO_UNDO = 20;

  document.documentElement.classList.add("js");

  // ---- what was just done goes away by itself, unless somebody is at it

  function fadeSaid() {
    var band = document.getElementById("said");
    if (!band) {
      return;
    }
    window.setTimeout(function again() {
      if (band.matches(":hover") || band.contains(document.activeElement)) {
        window.setTimeout(again, 3000);
      } else {
        band.hidden = true;
      }
    }, SECONDS_TO_UNDO * 1000);
  }

  // ---- the case opens beside the list without the list losing its place

  function openBeside(link, remember) {
    return fetch(link.href, { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) {
          throw new Error("not a case");
        }
        return answer.text();
      })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var fresh = page.getElementById("pane");
        var pane = document.getElementById("pane");
        if (!fresh || !fresh.firstElementChild) {
          throw new Error("no case in it");
        }
        pane.innerHTML = fresh.innerHTML;
        pane.scrollTop = 0;
        document.title = page.title;
        mark(link);
        if (remember) {
          history.pushState({ beside: link.href }, "", link.href);
        }
        refreshBacks();
        pane.querySelector("h1").focus();
      })
      .catch(function () {
        location.href = link.href;
      });
  }

  function mark(link) {
    document.querySelectorAll(".duty-chosen").forEach(function (line) {
      line.classList.remove("duty-chosen");
      line.querySelector(".duty-link").removeAttribute("aria-current");
    });
    link.closest(".duty").classList.add("duty-chosen");
    link.setAttribute("aria-current", "true");
  }

  // One-tap forms of the list come back to the list with the case that is open now.
  function refreshBacks() {
    document.querySelectorAll("#owed input[name=back]").forEach(function (field) {
      field.value = location.pathname + location.search;
    });
  }

  function listenToList(list) {
    list.addEventListener("click", function (event) {
      var link = event.target.closest(".duty-link");
      var plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
      var split = document.documentElement.getAttribute("data-pane") === "split";
      // Only cases open beside the list; what is owed of supervision has a page of its own.
      if (link && link.hasAttribute("data-case") && plain && split && matchMedia(WIDE).matches) {
        event.preventDefault();
        openBeside(link, true);
      }
    });
    window.addEventListener("popstate", function () {
      location.reload();
    });
    // Only while the list has the focus, so that no key is taken from anybody's hands.
    list.addEventListener("keydown", function (event) {
      var step = { j: 1, k: -1 }[event.key];
      if (step && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
        event.preventDefault();
        walk(list, step);
      }
    });
  }

  function typing(element) {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }

  function walk(list, step) {
    var links = Array.prototype.slice.call(list.querySelectorAll(".duty-link"));
    var line = document.activeElement.closest("li");
    var at = line ? links.indexOf(line.querySelector(".duty-link")) : -1;
    var next = links[Math.max(0, Math.min(links.length - 1, at + step))];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }

  // ---- now and then: is more owed, is something unread?

  function look(list) {
    if (document.hidden) {
      return;
    }
    // The browser keeps the answer's mark and asks with it; an unchanged answer costs nothing.
    fetch(list.getAttribute("data-pulse"), { credentials: "same-origin" })
      .then(function (answer) {
        return answer.ok && !answer.redirected ? answer.json() : null;
      })
      .then(function (told) {
        if (told) {
          document.getElementById("news").hidden = told.owed === list.getAttribute("data-owed");
          showUnread(told.unread);
        }
      })
      .catch(function () {
        // Away for a moment: the next look tells.
      });
  }

  function showUnread(unread) {
    if (!document.getElementById("unread")) return;
    document.getElementById("unread-number").textContent = unread;
    document.getElementById("unread").hidden = !unread;
  }

  // ---- forms that fold open when somebody is led to them

  function unfold() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
      var field = target.querySelector("textarea, select, input:not([type=hidden])");
      if (field) {
        field.focus({ preventScroll: true });
      }
    }
  }

  function countChosen(event) {
    var words = event.target.closest(".upload") && event.target.parentNode.querySelector("[data-chosen]");
    if (words) {
      words.textContent = event.target.files.length ? "已选" + event.target.files.length + "张" : "";
    }
  }

  function closePanel(event) {
    var panel = document.querySelector(".desk-me[open]");
    var escaped = event.type === "keydown" && event.key === "Escape";
    if (panel && (escaped || (event.type === "click" && !panel.contains(event.target)))) {
      panel.open = false;
      if (escaped) {
        panel.querySelector("summary").focus();
      }
    }
  }

  var list = document.getElementById("owed");
  if (list) {
    listenToList(list);
    window.setInterval(look, SECONDS_BETWEEN_LOOKS * 1000, list);
  }
  fadeSaid();
  unfold();
  window.addEventListener("hashchange", unfold);
  document.addEventListener("change", countChosen);
  document.addEventListener("click", closePanel);
  document.addEventListener("keydown", closePanel);
})();
