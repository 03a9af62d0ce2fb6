// Photos of a form: taken or chosen, made small on the phone, turned, taken out again.
// Plain script for Chromium 78. Without it the plain file inputs do.
(function () {
  "use strict";

  var MOST = 9;
  var LONGEST_EDGE = 1600;
  var QUALITY = 0.82;

  function element(tag, className, text) {
    var made = document.createElement(tag);
    made.className = className || "";
    made.textContent = text || "";
    return made;
  }

  function drawn(image) {
    var shrink = Math.min(1, LONGEST_EDGE / Math.max(image.width, image.height));
    var canvas = element("canvas");
    canvas.width = Math.max(1, Math.round(image.width * shrink));
    canvas.height = Math.max(1, Math.round(image.height * shrink));
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  function turned(canvas) {
    var result = element("canvas");
    result.width = canvas.height;
    result.height = canvas.width;
    var pen = result.getContext("2d");
    pen.translate(result.width, 0);
    pen.rotate(Math.PI / 2);
    pen.drawImage(canvas, 0, 0);
    return result;
  }

  // Calls back with a canvas, or with null for a file that this browser can't draw (HEIC, say);
  // such a file is sent as it is.
  function read(file, done) {
    var address = URL.createObjectURL(file);
    var image = new Image();
    image.onload = function () {
      URL.revokeObjectURL(address);
      done(drawn(image));
    };
    image.onerror = function () {
      URL.revokeObjectURL(address);
      done(null);
    };
    image.src = address;
  }

  function blobOf(photo) {
    return new Promise(function (resolve) {
      if (!photo.canvas) {
        resolve(photo.file);
        return;
      }
      photo.canvas.toBlob(
        function (blob) {
          resolve(blob || photo.file);
        },
        "image/jpeg",
        QUALITY
      );
    });
  }

  function Photos(field) {
    this.field = field;
    this.kept = [];
    this.list = field.querySelector("[data-previews]");
    this.full = field.querySelector("[data-photos-full]");
    this.picks = field.querySelector(".photo-picks");
    field.classList.add("scripted");
    this.watch();
  }

  Photos.prototype.watch = function () {
    var self = this;
    var inputs = self.picks.querySelectorAll("input[type=file]");
    inputs.forEach(function (input) {
      input.addEventListener("change", self.take.bind(self, input));
    });
    self.field.addEventListener("change", function () {
      self.show();
    });
    self.show();
    // Where the page was slow, a photo may have been chosen before this ran.
    inputs.forEach(self.take.bind(self));
  };

  Photos.prototype.take = function (input) {
    Array.prototype.forEach.call(input.files, function (file) {
      this.add(file, input.name);
    }, this);
    input.value = "";
  };

  Photos.prototype.room = function () {
    return MOST - this.kept.length - this.field.querySelectorAll("[name=draft]:checked").length;
  };

  Photos.prototype.add = function (file, name) {
    var photo = { file: file, name: name, canvas: null, line: element("li", "preview") };
    if (this.room() < 1) {
      return;
    }
    this.kept.push(photo);
    this.list.appendChild(photo.line);
    this.show();
    read(file, function (canvas) {
      photo.canvas = canvas;
      this.draw(photo);
    }.bind(this));
  };

  Photos.prototype.draw = function (photo) {
    var picture = element("div", "preview-picture");
    var keys = element("div", "preview-keys");
    photo.line.textContent = "";
    if (photo.canvas) {
      photo.canvas.setAttribute("role", "img");
      picture.appendChild(photo.canvas);
      keys.appendChild(this.key("旋转", photo, this.turn));
    } else {
      picture.textContent = "看不了缩略图，照样能发";
    }
    keys.appendChild(this.key("去掉", photo, this.remove));
    photo.line.appendChild(picture);
    photo.line.appendChild(keys);
    this.show();
  };

  Photos.prototype.key = function (words, photo, act) {
    var key = element("button", "button", words);
    key.type = "button";
    key.addEventListener("click", act.bind(this, photo));
    return key;
  };

  Photos.prototype.turn = function (photo) {
    photo.canvas = turned(photo.canvas);
    this.draw(photo);
    photo.line.querySelector("button").focus();
  };

  Photos.prototype.remove = function (photo) {
    this.kept.splice(this.kept.indexOf(photo), 1);
    this.list.removeChild(photo.line);
    this.show();
    this.picks.querySelector("input").focus();
  };

  Photos.prototype.show = function () {
    var full = this.room() < 1;
    this.list.hidden = this.kept.length === 0;
    this.full.hidden = !full;
    this.picks.hidden = full;
    this.kept.forEach(function (photo, index) {
      var name = "第" + (index + 1) + "张照片";
      if (photo.canvas) {
        photo.canvas.setAttribute("aria-label", name);
      }
      photo.line.querySelectorAll("button").forEach(function (button) {
        button.setAttribute("aria-label", button.textContent + name);
      });
    });
  };

  // Puts the photos into what is about to be sent; resolves when all of them are.
  Photos.prototype.fill = function (body) {
    body.delete("camera");
    body.delete("album");
    return Promise.all(this.kept.map(blobOf)).then(
      function (blobs) {
        blobs.forEach(function (blob, index) {
          body.append(this.kept[index].name, blob, "photo-" + (index + 1) + ".jpg");
        }, this);
      }.bind(this)
    );
  };

  window.huibanPhotos = function (field) {
    return new Photos(field);
  };
})();
