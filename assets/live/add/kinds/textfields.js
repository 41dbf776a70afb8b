/**
 * What is chosen for words that a person brings: nothing beside what is for all.
 * @module
 */

export class TextFields {
  constructor() {
    this.said = [];
    this.elements = [];
  }

  get choices() {
    return {};
  }

  problems() {
    return [];
  }

  check() {}

  found() {}
}
