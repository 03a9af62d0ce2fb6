// Danger while it is being written: whom to call shows before anything is sent. It looks for what
// the server looks for, with the server's own patterns (huiban/modules/voice/lookout.py).
// Plain script for Chromium 78.
(function () {
  "use strict";

  var INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
  var LINE_ENDS = /[\r\n\u2028\u2029]+/g;
  var SPACES = /[\t \u00a0]+(?=[^\x00-\x7f])|([^\x00-\x7f])[\t \u00a0]+/g;
  var TAKEN_OUT = "□";

  function fold(text, alike) {
    var plain = text.normalize("NFKC").toLowerCase();
    plain = plain.replace(/[^\x00-\x7f]/g, function (character) {
      var place = alike[0].indexOf(character);
      return place < 0 ? character : alike[1].charAt(place);
    });
    return plain.replace(INVISIBLE, "").replace(LINE_ENDS, "。").replace(SPACES, "$1");
  }

  function ready(pattern, flags) {
    return new RegExp(pattern || "(?!)", flags || "");
  }

  function matches(pattern, text) {
    var all = ready(pattern, "g");
    var found = [];
    var one;
    while ((one = all.exec(text))) {
      found.push({ start: one.index, end: one.index + one[0].length });
    }
    return found;
  }

  function stands(danger, reach, text, one) {
    var left = text.slice(Math.max(0, one.start - reach), one.start);
    var right = text.slice(one.end, one.end + reach);
    left = left.replace(ready(danger.but, "g"), TAKEN_OUT);
    return !ready(danger.before).test(left) && !ready(danger.after).test(right);
  }

  function around(text, one, reach) {
    var left = text.slice(Math.max(0, one.start - reach), one.start);
    return left + TAKEN_OUT + text.slice(one.end, one.end + reach);
  }

  function together(rest, told) {
    return matches(told.words, rest).filter(function (one) {
      return told.near.every(function (near) {
        return ready(near).test(around(rest, one, told.within));
      });
    });
  }

  function speaksOf(told, folded, danger) {
    var rest = folded.replace(ready(danger.unless, "g"), TAKEN_OUT);
    var short = folded.length <= danger.longest;
    var brief = danger.together.reduce(function (found, one) {
      return found.concat(together(rest, one));
    }, matches(danger.brief, rest)).filter(function (one) {
      var near = rest.slice(Math.max(0, one.start - told.near), one.end + told.near);
      return short || ready(danger.now).test(near);
    });
    return matches(danger.words, rest).concat(brief).some(function (one) {
      return stands(danger, told.reach, rest, one);
    });
  }

  // The dangers that a text speaks of, of those that the page was given.
  function dangersIn(told, text) {
    var folded = fold(text, told.alike);
    return told.dangers.filter(function (danger) {
      return speaksOf(told, folded, danger);
    });
  }

  function callOf(danger, size, before) {
    var call = document.createElement("a");
    call.className = "button button-alarm " + size;
    call.href = "tel:" + danger.phone.replace(/[^0-9+]/g, "");
    call.textContent = before + "现在拨打 " + danger.phone;
    return call;
  }

  function alarmOf(danger) {
    var box = document.createElement("div");
    var words = document.createElement("p");
    box.className = "alarm";
    words.className = "alarm-title";
    words.textContent = danger.kind + "：" + danger.advice;
    box.appendChild(words);
    box.appendChild(callOf(danger, "button-huge", ""));
    return box;
  }

  function watch(form) {
    var place = document.querySelector("[data-dangers]");
    // The bar at the thumb stays in sight while the keyboard covers half the page.
    var bar = form.querySelector("[data-danger-call]");
    var area = form.querySelector("textarea[name=text]");
    var told = null;
    var shown = "";
    if (!place || !bar || !area) {
      return;
    }
    function look() {
      var found = told ? dangersIn(told, area.value) : [];
      var names = found.map(function (danger) { return danger.kind; }).join();
      if (names === shown) {
        return;
      }
      shown = names;
      place.textContent = "";
      bar.textContent = "";
      found.forEach(function (danger) {
        place.appendChild(alarmOf(danger));
      });
      if (found.length) {
        bar.appendChild(callOf(found[0], "button-wide", found[0].kind + "："));
      }
    }
    // Beside the page, so that the form shows without waiting; when it fails, the receipt warns.
    fetched(place.getAttribute("data-dangers"), function (words) {
      told = words;
      look();
    });
    area.addEventListener("input", look);
  }

  function fetched(address, then) {
    var request = new XMLHttpRequest();
    request.open("GET", address);
    request.onload = function () {
      if (request.status === 200) {
        then(JSON.parse(request.responseText));
      }
    };
    request.send();
  }

  window.huibanDanger = { watch: watch, dangersIn: dangersIn };
})();
