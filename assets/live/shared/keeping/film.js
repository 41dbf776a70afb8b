/** A film that the server makes, asked for and saved. */
import { sentenceOf } from "../wire/frame.js";
import { give } from "./saving.js";

export const KINDS = { gif: "GIF", mp4: "MP4" };
const AWAY = "The server does not answer, so the film was not made. Try again.";

/**
 * Have the server make a film, and give it to the browser to save; its button says so meanwhile.
 * @param {HTMLButtonElement} button with its words in a span
 * @param {string} name what the button is called
 * @param {object} how
 * @param {() => Promise<Response>} how.ask
 * @param {string} how.file
 * @param {AbortSignal} how.signal once it is aborted nobody is told anything
 * @param {(sentence: string) => void} how.onSay
 * @param {() => boolean} how.can whether the button may be pressed again
 */
export async function makeFilm(button, name, { ask, file, signal, onSay, can }) {
  const words = button.querySelector("span");
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  words.textContent = `Making the ${name}…`;
  onSay("");
  try {
    const response = await ask();
    if (!response.ok) throw new Error(await sentenceOf(response));
    give(await response.blob(), file);
  } catch (error) {
    if (signal.aborted) return;
    onSay(error instanceof TypeError ? AWAY : error.message);
  }
  button.removeAttribute("aria-busy");
  button.disabled = !can();
  words.textContent = name;
}
