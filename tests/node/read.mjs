// Reads a calendar on standard input as ical.js does, and prints its events as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const events = calendar.getAllSubcomponents("vevent").map((found) => {
  const event = new ICAL.Event(found);
  return {
    uid: event.uid,
    sequence: event.sequence,
    summary: event.summary,
    status: found.getFirstPropertyValue("status"),
    starts_at: event.startDate.toJSDate().toISOString(),
    ends_at: event.endDate.toJSDate().toISOString(),
  };
});
process.stdout.write(JSON.stringify({ method: calendar.getFirstPropertyValue("method"), events }));
