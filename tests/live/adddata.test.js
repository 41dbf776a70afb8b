import assert from "node:assert/strict";
import { test } from "node:test";
import { modesWords, sizesWords } from "../../assets/live/add/kinds/imagewords.js";
import { lengthWords } from "../../assets/live/add/kinds/serieswords.js";
import { nameProblem, numberProblem } from "../../assets/live/add/problems.js";
import { saidWords, scaleWords } from "../../assets/live/add/said.js";
import { addingWords, dropProblem, holdsWords, query, setWords, split, sumWords } from "../../assets/live/add/words.js";
import { send, short, sizeWords, whyNot } from "../../assets/live/shared/wire/transfer.js";

const CHOICES = { name: "photos", height: 28, width: 20, colour: true, fit: "crop", held_out: 0.1, seed: 3 };
/** @returns {any} */
const preview = (more) => ({ images: 100, classes: [], parts: null, ...more });

test("an upload is said in a line", () => {
  assert.equal(holdsWords(preview({ images: 1000, classes: [{ name: "a", count: 1 }, { name: "b", count: 2 }] })), "1,000 images in 2 classes");
  assert.equal(holdsWords(preview({ images: 1, classes: [{ name: "a", count: 1 }] })), "1 image in 1 class");
  assert.equal(holdsWords(preview({})), "100 images, without classes");
});

test("sizes are said width first, the rare ones as a number", () => {
  const size = (width, height, count) => ({ width, height, count });
  assert.equal(sizesWords([size(28, 20, 5)]), "all 28 × 20 pixels");
  assert.equal(sizesWords([size(640, 480, 8000), size(28, 28, 3)]), "640 × 480 (8,000), 28 × 28 (3)");
  assert.match(sizesWords([1, 2, 3, 4, 5].map((side) => size(side, side, 1))), /, and 2 other sizes$/);
  assert.match(sizesWords([1, 2, 3, 4].map((side) => size(side, side, 1))), /, and 1 other size$/);
});

test("pictures are grey, in colour, or some of each", () => {
  assert.equal(modesWords([{ mode: "RGB", count: 3 }, { mode: "P", count: 1 }]), "in colour");
  assert.equal(modesWords([{ mode: "L", count: 3 }]), "grey");
  assert.equal(modesWords([{ mode: "RGB", count: 990 }, { mode: "L", count: 7 }, { mode: "1", count: 3 }]), "990 in colour, 10 grey");
  assert.equal(modesWords([]), "");
});

test("of any two images or more one at least is held out and one trained on", () => {
  for (const images of [2, 3, 10, 999]) {
    for (const share of [0.01, 0.1, 0.5]) {
      const { train, test: held } = split(preview({ images }), share);
      assert.equal(train + held, images);
      assert.ok(train >= 1 && held >= 1, `${images} ${share}`);
    }
  }
});

test("a split that the data bring is theirs", () => {
  assert.deepEqual(split(preview({ parts: { train: 60, test: 40 } }), 0.1), { train: 60, test: 40 });
  assert.deepEqual(Object.keys(query(CHOICES, true)), ["name", "height", "width", "colour", "fit"]);
  assert.deepEqual(query(CHOICES, false), { name: "photos", height: "28", width: "20", colour: "yes", fit: "crop", held_out: "0.1", seed: "3" });
});

test("light and dark are exchanged where it was chosen, and of images alone", () => {
  assert.equal(query({ ...CHOICES, invert: true }, true).invert, "yes");
  assert.ok(!("invert" in query({ ...CHOICES, invert: false }, true)));
  assert.ok(!("invert" in query({ ...CHOICES, kind: "series", invert: true }, true)));
});

test("a name is refused where the server would refuse it", () => {
  for (const name of ["photos", "a", "2024_x.y-z", "a".repeat(64)]) assert.equal(nameProblem(name, []), "");
  for (const name of ["", "Photos", "a b", "-a", "../up", "a/b", "🙂", "a".repeat(65)]) assert.notEqual(nameProblem(name, []), "", name);
  assert.match(nameProblem("mnist", ["mnist"]), /already/);
});

test("a number is refused outside its range, where it is none, and where it should be whole", () => {
  assert.equal(numberProblem(8, [8, 256]), "");
  assert.equal(numberProblem(256, [8, 256]), "");
  assert.equal(numberProblem(12.5, [1, 50], false), "");
  for (const value of [7, 257, NaN, Infinity, 28.5]) assert.match(numberProblem(value, [8, 256]), /from 8 to 256/);
});

test("what the file leaves open is sent where it was chosen, and said in words", () => {
  assert.deepEqual(Object.keys(query({ ...CHOICES, values: "-1..1", label: "first" }, true)).slice(-2), ["values", "label"]);
  assert.deepEqual(Object.keys(query({ ...CHOICES, values: "", label: "" }, true)), Object.keys(query(CHOICES, true)));
  assert.equal(saidWords("values", "-1..1"), "−1 and 1");
  assert.equal(saidWords("label", "of a later version"), "of a later version");
});

test("a data set is described with what is known of it", () => {
  const set = { classes: 3, image_shape: [3, 64, 48], sizes: [900, 100], bytes: 12_345_678 };
  assert.equal(setWords(set), "1,000 images · 3 classes · 48 × 64, colour · 12 MB");
  assert.equal(setWords({ classes: 0, image_shape: [1, 28, 28], sizes: [1, 0], bytes: null }), "1 image · 28 × 28, grey");
  assert.equal(setWords({ classes: 0, image_shape: null, sizes: null, bytes: null }), ""); // damaged
});

test("series are counted and measured in samples, and images in pixels", () => {
  const sizes = [{ height: 140, width: 1, count: 5000 }];
  const series = preview({ things: "series", images: 5000, classes: [{ name: "1", count: 4000 }, { name: "2", count: 1000 }], sizes });
  assert.equal(holdsWords(series), "5,000 series in 2 classes");
  assert.equal(holdsWords(preview({ things: "series", images: 1 })), "1 series, without classes");
  assert.equal(sumWords(series, /** @type {any} */ ({ held_out: 0.2 })), "4,000 series of 140 samples to train on, 1,000 held out.");
  assert.equal(sumWords(preview({}), /** @type {any} */ ({ ...CHOICES, held_out: 0.2 })), "80 images to train on, 20 held out; 20 × 28, colour.");
  assert.equal(lengthWords([{ height: 1024, width: 3, count: 7 }]), "1,024 samples in 3 channels");
  assert.equal(addingWords({ stage: "read", done: 0, total: 1 }, "series"), "Reading the series, 0 of 1");
  const set = { kind: "series", shape: [48, 2], classes: 3, image_shape: [2, 1, 48], sizes: [54, 6], bytes: 25_000 };
  assert.equal(setWords(set), "60 series · 3 classes · 48 samples in 2 channels · 25 kB");
});

test("of series a kind and a scale are sent, and neither size nor colour", () => {
  const series = { name: "beats", held_out: 0.2, seed: 3, kind: "series", scale: "each", label: "first" };
  assert.deepEqual(query(series, false), { name: "beats", held_out: "0.2", seed: "3", kind: "series", label: "first", scale: "each" });
  assert.deepEqual(Object.keys(query({ ...series, scale: "", label: "" }, true)), ["name", "kind"]);
  assert.equal(query({ ...CHOICES, kind: "image" }, true).kind, "image"); // where it was asked, it is answered
});

test("each scale has its own sentence", () => {
  const said = ["", "none", "all", "each"].map(scaleWords);
  assert.equal(new Set(said).size, 4);
  for (const sentence of said) assert.match(sentence, /^[A-Z].*\.$/);
  assert.equal(scaleWords("of a later version"), "");
});

test("how far an adding is, is said with what it does", () => {
  assert.equal(addingWords({ stage: "read", done: 1200, total: 5000 }), "Reading the images, 1,200 of 5,000");
  assert.equal(addingWords({ stage: "of a later version", done: 0, total: 0 }), "Preparing");
});

test("sizes of files are said with two or three digits", () => {
  const said = [[0, "0 B"], [999, "999 B"], [1000, "1 kB"], [12_345, "12 kB"], [999_400, "999 kB"], [999_600, "1.0 MB"], [3_440_000, "3.4 MB"], [536_870_912, "537 MB"], [2.5e9, "2.5 GB"]];
  for (const [bytes, words] of said) assert.equal(sizeWords(/** @type {number} */ (bytes)), words);
  assert.equal(sizeWords(NaN), "");
});

test("a file that the server would refuse is not sent", () => {
  const rule = { ends: [".zip", ".npz"], megabytes: 500, wanted: "a .zip or .npz" };
  assert.equal(whyNot({ name: "Photos.ZIP", size: 500 * 2 ** 20 }, rule), "");
  assert.match(whyNot({ name: "photos.zip", size: 500 * 2 ** 20 + 1 }, rule), /501 MB.*up to 500 MB/);
  assert.match(whyNot({ name: "notes.docx", size: 10 }, rule), /notes\.docx is not a \.zip or \.npz/);
  assert.match(whyNot({ name: "empty.zip", size: 0 }, rule), /empty/);
});

test("a long name of a file does not fill the page", () => {
  assert.equal(short("a.zip"), "a.zip");
  const long = short(`${"x".repeat(300)}.zip`);
  assert.ok(long.length < 60 && long.endsWith(".zip"));
});

test("a folder and a handful of pictures are told to become a zip", () => {
  const entry = (isDirectory) => ({ webkitGetAsEntry: () => ({ isDirectory }) });
  assert.match(dropProblem([entry(true)], [{}]), /folder/);
  assert.match(dropProblem([entry(false), entry(false)], [{}, {}]), /2 files/);
  assert.equal(dropProblem([entry(false)], [{}]), "");
  assert.equal(dropProblem([], [{}]), "");
});

/** A request as browsers have it, which is answered by hand. */
function wire() {
  const made = [];
  class Request {
    upload = {};
    open(method, address) {
      Object.assign(this, { method, address });
    }
    send(body) {
      this.body = body;
      made.push(this);
    }
    abort() {
      this.onabort();
      this.onloadend();
    }
    answer(status, text) {
      Object.assign(this, { status, responseText: text });
      this.onload();
      this.onloadend();
    }
  }
  return { made, Request: /** @type {any} */ (Request) };
}
const FILE = /** @type {any} */ ({ name: "a.zip" });

test("a file is sent as it is, its way is told, and the answer comes back", async () => {
  const { made, Request } = wire();
  const shares = [];
  const sent = send("/api/upload", FILE, { Request, onProgress: (share) => shares.push(share) });
  const [request] = made;
  assert.deepEqual([request.method, request.address, request.body], ["POST", "/api/upload", FILE]);
  request.upload.onprogress({ loaded: 1, total: 4 });
  request.upload.onload();
  request.answer(200, '{"name": "x"}');
  assert.deepEqual(await sent, { name: "x" });
  assert.deepEqual(shares, [0.25, 1]);
});

test("a refusal is the server's sentence", async () => {
  const { made, Request } = wire();
  const sent = send("/", FILE, { Request });
  made[0].answer(400, '{"error": {"code": "bad-upload", "message": "It holds no pictures."}}');
  await assert.rejects(sent, { name: "Refused", message: "It holds no pictures.", status: 400 });
});

for (const [status, text] of [[502, "<html>Bad gateway</html>"], [200, "not JSON"], [500, "{}"]]) {
  test(`an answer ${status} that says nothing is a sentence of ours`, async () => {
    const { made, Request } = wire();
    const sent = send("/", FILE, { Request });
    made[0].answer(status, text);
    await assert.rejects(sent, { message: `The server answered with status ${status}; try again.` });
  });
}

test("a server that is away, and a visitor who gives up, are told apart", async () => {
  const { made, Request } = wire();
  const lost = send("/", FILE, { Request });
  made[0].onerror();
  await assert.rejects(lost, { name: "Refused", status: 0 });
  const giving = new AbortController();
  const given = send("/", FILE, { Request, signal: giving.signal });
  giving.abort();
  await assert.rejects(given, { name: "AbortError" });
});

test("what was given up before it began is not sent", async () => {
  const { made, Request } = wire();
  await assert.rejects(send("/", FILE, { Request, signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(made.length, 0);
});
