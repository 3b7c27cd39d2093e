-- "differences": what a change made other than it was, as JSON; null where nothing is told, and of what happened before this step.
ALTER TABLE journal ADD COLUMN differences text;
