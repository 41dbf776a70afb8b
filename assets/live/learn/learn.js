/**
 * The Learn page: a list of lessons that tells a story, or one of them; a phone's page in a class, and what is looked at before one.
 * @module
 */

import { doorway } from "../shared/page/door.js";

const SAME = ["lesson", "language", "class", "checks"];
const leadsTo = ({ data }, next) => SAME.every((name) => data[name] === next[name]);

async function load({ parentElement, data }) {
  if (data.checks) {
    const { Check } = await import("./classroom/check.js");
    return () => new Check(parentElement, data);
  }
  if (data.class && !data.lesson) {
    const { Pupil } = await import("./classroom/pupil.js");
    return () => new Pupil(parentElement, data);
  }
  if (!data.lesson) {
    const { Story } = await import("./story/story.js");
    return () => new Story(parentElement, data);
  }
  const lesson = import("./lessons/lessons.js").then(({ LESSONS }) => LESSONS[data.lesson]()).then((module) => module.default);
  // What a lesson is drawn from is on its way while the frame's modules are: a first visit stands sooner by that.
  const bringing = lesson.then(async ({ fetch }) => ({ brought: await fetch?.(new URL("./", import.meta.url), data) })).catch(() => null);
  const [{ LessonFrame }, { Classroom }, acts, bag] = await Promise.all([
    import("./frame/lesson.js"), import("./classroom/classroom.js"), lesson, bringing,
  ]);
  if (!bag) {
    const { Story } = await import("./story/story.js");
    return () => new Story(parentElement, data, data.words.lacks);
  }
  return () => new Classroom(new LessonFrame(parentElement, data, acts, bag.brought), data);
}

export default doorway({ load, leadsTo });
