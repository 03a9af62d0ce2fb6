"""What posts may be permitted to do with the figures."""

from huiban.kernel.access.permits import declare

READ = declare(
    "analysis.read", "Read the figures of units in scope: screen, Monday page, handbook."
)
PUBLISH = declare("analysis.publish", "Approve stories, publish the handbook, follow policies.")
DRAFT = declare("analysis.draft", "Draft, answer for and evaluate the policies that the unit owns.")
