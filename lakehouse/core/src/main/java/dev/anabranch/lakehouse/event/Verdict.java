package dev.anabranch.lakehouse.event;

import java.util.Objects;

/** What the validator says of one record. */
public sealed interface Verdict {

  /** The record is an event. */
  record Accepted(Event event) implements Verdict {
    public Accepted {
      Objects.requireNonNull(event, "event");
    }
  }

  /**
   * The record goes to the quarantine.
   *
   * @param detail names the field, where one is to blame, and the rule; plain text without line
   *     breaks or unpaired surrogates, at most 300 characters
   */
  record Refused(Reason reason, String detail) implements Verdict {
    public Refused {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
    }
  }
}
