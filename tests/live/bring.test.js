import assert from "node:assert/strict";
import { test } from "node:test";

import { byRole, dataWords, dropProblem, findingWords, headWords, howWords, inOrder, lossWords, query, roleWords, rowWords, takingWords, thingWords, triedWords } from "../../assets/live/bring/words.js";

const said = { meaning: {}, pixels: true, shares: false, element: "pixel", quantity: "brightness", fed: "black is 0, white is 1" };
const item = { kind: "image", shape: [28, 28, 1], nouns: "images", sized: "28 x 28 in grey", ...said };
const pair = { ...item, shape: [128, 2], pixels: false, element: "sample", quantity: "value", fed: "in the data's own unit" };
const word = { ...item, shape: [16, 27], pixels: false, shares: true, element: "letter", quantity: "symbol" };
const spread = (value) => ({ what: "spread", value, how: "by name", sure: true, figure: "", options: [] });

test("a model is called what it can be: a VAE knows how sure a code is, an autoencoder does not, a decoder has no encoder", () => {
  const head = (more) => headWords({ item, dims: 16, encodes: true, findings: [], ...more });
  assert.equal(head({ findings: [spread("log-variance (out)")] }), "A VAE of images (28 × 28 in grey), 16 numbers a code");
  assert.equal(head({ findings: [spread("none: a code is a point")], dims: 1 }), "An autoencoder of images (28 × 28 in grey), 1 number a code");
  assert.match(head({ encodes: false }), /^A decoder of /);
  assert.equal(headWords({ ours: true, title: "MNIST" }), "A model of this explorer, of MNIST");
  assert.equal(headWords({ ours: true, title: "" }), "A training run of this explorer");
  assert.equal(headWords({ ours: false, missing: "the decoder" }), "Not whole yet");
});

test("things are told in the words of their kind", () => {
  assert.equal(thingWords({ nouns: "images", sized: "48 x 32 in colour" }), "images (48 × 32 in colour)");
  assert.equal(thingWords({ nouns: "series", sized: "1,280 samples in 2 channels" }), "series (1,280 samples in 2 channels)");
});

test("what was tried is told with all its figures, and what was not says nothing", () => {
  const finding = { figure: "root mean square error", options: [["0 to 1", 0.0769], ["-1 to 1", 0.402], ["standardised", null]] };
  assert.equal(triedWords(finding), "Tried, with its root mean square error, less being better: 0 to 1: 0.0769; −1 to 1: 0.402.");
  assert.equal(triedWords({ figure: "", options: [["NCHW", null], ["NHWC", null]] }), "");
});

test("an unknown role or way is told as nothing, or as it is", () => {
  assert.equal(roleWords(undefined), "");
  assert.equal(roleWords("left alone"), "not needed");
  assert.equal(howWords("by magic"), "by magic");
});

test("the encoder is told before the decoder, and a file of no role last", () => {
  const files = ["w.data", "d.onnx", "new", "e.onnx"].map((name) => ({ name }));
  const roles = { "w.data": "weights", "d.onnx": "decoder", "e.onnx": "encoder" };
  assert.deepEqual(byRole(files, roles).map(({ name }) => name), ["e.onnx", "d.onnx", "w.data", "new"]);
});

test("an address says what was answered: no data is said, and what is left open is left out", () => {
  assert.deepEqual(query({ range: "-1,1", layout: "", data: "" }), { range: "-1,1", data: "" });
  assert.deepEqual(query({ range: "", data: null }), {});
  assert.deepEqual(query({ data: "digits", likelihood: "gaussian" }), { likelihood: "gaussian", data: "digits" });
});

test("rows of pictures say which is which, and draws that they are draws", () => {
  assert.match(rowWords({ originals: "AA==", encodes: true }, "series"), /^Above, test series\. Below/);
  assert.equal(rowWords({ originals: "", encodes: false }, "images"), "What it draws from random codes.");
});

test("without data it is said what they would add, and nothing where they are chosen", () => {
  assert.equal(dataWords({ dataset: "digits", encodes: true }), "");
  assert.match(dataWords({ dataset: "", encodes: true }), /can be explored\. Data would add its map/);
});

test("the taking in tells what it does, and how far where that is known", () => {
  assert.equal(takingWords({ stage: "start", done: 0, total: 0 }, "digits"), "Beginning");
  assert.equal(takingWords({ stage: "measuring it", done: 2, total: 5 }, "digits"), "Measuring it on digits, step 3 of 5");
  assert.equal(takingWords({ stage: "writing it", done: 4, total: 5 }, ""), "Writing it, step 5 of 5");
});

test("each finding is told to somebody who did not write the model", () => {
  const say = (what, value, of = item) => findingWords({ what, value }, of).join(": ");
  assert.equal(say("range of the output", "-1 to 1"), "Black and white, coming out: −1 and 1");
  assert.equal(say("range of the input", "0 to 1", word), "Values, going in: 0 to 1");
  assert.equal(say("range of the input", "as it is", pair), "Values, going in: as they are in the data");
  assert.match(say("range of the output", "logits"), /any numbers \(logits\), which a sigmoid/);
  assert.match(say("range of the output", "logits", word), /any numbers \(logits\), of which a softmax makes shares/);
  assert.equal(say("layout of the input", "NHWC [n, 8, 8, 1]"), "Numbers go in: pixel after pixel (NHWC [n, 8, 8, 1])");
  assert.equal(say("layout of the input", "NLC [n, 128, 2]", pair), "Numbers go in: sample after sample, with its channels (NLC [n, 128, 2])");
  assert.equal(say("layout of the input", "NLC [n, 16, 27]", word), "Numbers go in: letter after letter, with a number for each symbol (NLC [n, 16, 27])");
  assert.equal(say("layout of the output", "NCL [n, 27, 16]", word), "Numbers come out: symbol after symbol, with a number for each letter (NCL [n, 27, 16])");
  assert.equal(say("layout of the output", "NCHW [n, 1, 8, 8]"), "Numbers come out: a whole channel after another (NCHW [n, 1, 8, 8])");
  assert.equal(say("layout of the output", "flat [n, 64]"), "Numbers come out: in one row (flat [n, 64])");
  assert.equal(say("spread", "log-variance (out_b)"), "How sure it is of a code: the logarithm of a variance (out_b)");
  assert.equal(say("spread", "none: a code is a point"), "How sure it is of a code: it does not say: a code is a point");
  assert.equal(say("encoder", "one.onnx, written by tests, opset 18"), "Encoder: one.onnx, written by tests");
  assert.equal(say("reconstruction", "root mean square error 0.0769"), "What comes back: is off by 0.0769 as a root mean square (black is 0, white is 1)");
  assert.equal(say("something new", "as it is"), "Something new: as it is");
});

test("what is not known of the loss is told with what knowing it adds", () => {
  assert.equal(lossWords("layout", ""), "");
  assert.match(lossWords("likelihood", ""), /Knowing it adds −ELBO in nats/);
  assert.equal(lossWords("likelihood", "gaussian"), "Its figures are told in nats.");
});

test("a folder and more files than a model has are refused before anything is sent", () => {
  assert.match(dropProblem(true, []), /That is a folder/);
  assert.match(dropProblem(false, Array(17)), /17 files/);
  assert.equal(dropProblem(false, Array(3)), "");
});

test("what says of which package files are is sent before them", () => {
  const names = (files) => inOrder(files.map((name) => ({ name }))).map(({ name }) => name);
  assert.deepEqual(names(["environment.json", "model.pt", "model_config.json"]), ["environment.json", "model_config.json", "model.pt"]);
  assert.deepEqual(names(["e.onnx", "d.onnx"]), ["e.onnx", "d.onnx"]);
});
