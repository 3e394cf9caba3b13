// Reads one resource a line; writes what the schema has against each, one JSON list a line.
const { createInterface } = require("node:readline");
const Validator = require("@asymmetrik/fhir-json-schema-validator");

const validator = new Validator();

createInterface({ input: process.stdin }).on("line", (line) => {
  console.log(JSON.stringify(validator.validate(JSON.parse(line))));
});
