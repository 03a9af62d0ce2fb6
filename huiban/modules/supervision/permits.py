"""What posts may be permitted to do in supervision."""

from huiban.kernel.access.permits import declare

READ = declare("supervision.read", "Read the findings and letters that concern units in scope.")
SUPERVISE = declare(
    "supervision.supervise",
    "Judge findings and objections, send letters, call consultations, verify rectifications.",
)
REPLY = declare("supervision.reply", "Object to findings and reply to letters for one's unit.")
OBSERVE = declare("supervision.observe", "Tell the district directly of burden or of a case.")
