package dev.anabranch.lakehouse.view;

import static dev.anabranch.lakehouse.view.EventField.Text.LEAD_ID;
import static dev.anabranch.lakehouse.view.EventField.Value.AMOUNT;
import static dev.anabranch.lakehouse.view.EventField.Value.EVENT_TIME;

import dev.anabranch.lakehouse.event.EventType;
import java.util.List;

/** What each lead has done so far. */
public final class Leads {
  public static final View VIEW =
      new View(
          "leads",
          List.of(Key.Text.of(LEAD_ID)),
          List.of(
              Measure.Count.all("events"),
              Measure.Count.of(EventType.WEB_VISIT),
              Measure.Count.of(EventType.FORM_SUBMISSION),
              Measure.Count.of(EventType.EMAIL_CLICK),
              Measure.Count.of(EventType.PURCHASE),
              new Measure.Sum("revenue", AMOUNT),
              new Measure.Min("first_seen", EVENT_TIME),
              new Measure.Max("last_seen", EVENT_TIME)));

  private Leads() {}
}
