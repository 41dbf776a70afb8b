import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const SHEET = readFileSync(new URL("../../assets/live/shared/tokens.css", import.meta.url), "utf8");
const CONFIG = readFileSync(new URL("../../.streamlit/config.toml", import.meta.url), "utf8");
const ROLES = ["mean", "sigma", "noise", "code", "truth", "belief"];
const SCHEMES = ["light", "dark"];

/** The grounds of a scheme: the page's and that of fields. */
function grounds(scheme) {
  const part = CONFIG.split(`[theme.${scheme}]`)[1].split("[theme")[0];
  return [...part.matchAll(/ackgroundColor = "#(\w{6})"/g)].map((found) => found[1]);
}

function role(name) {
  const found = new RegExp(`--${name}: light-dark\\(#(\\w{6}), #(\\w{6})\\);`).exec(SHEET);
  assert.ok(found, `no --${name}`);
  return { light: found[1], dark: found[2] };
}

/** Relative luminance and contrast of WCAG 2.1. */
function luminance(hex) {
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** A colour's hue in degrees, as HSL has it. */
function hue(hex) {
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return (Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b) * 180) / Math.PI;
}

for (const scheme of SCHEMES) {
  test(`every symbol's hue can be read as text: ${scheme}`, () => {
    assert.equal(grounds(scheme).length, 2);
    for (const name of ROLES) for (const ground of grounds(scheme)) assert.ok(contrast(role(name)[scheme], ground) >= 4.5, `${name} on ${ground}`);
  });
}

test("a symbol has the same hue in light and dark, and no two have the same", () => {
  const apart = (a, b) => Math.abs(((a - b + 540) % 360) - 180);
  for (const name of ROLES) assert.ok(apart(hue(role(name).light), hue(role(name).dark)) < 15, name);
  const hues = ROLES.filter((name) => name !== "truth").map((name) => hue(role(name).light)); // grey has none
  hues.forEach((a, i) => hues.slice(0, i).forEach((b) => assert.ok(apart(a, b) > 25, `${a} ${b}`)));
});
