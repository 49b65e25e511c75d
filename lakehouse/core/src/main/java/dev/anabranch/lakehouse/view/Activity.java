package dev.anabranch.lakehouse.view;

import static dev.anabranch.lakehouse.view.EventField.Text.CHANNEL;
import static dev.anabranch.lakehouse.view.EventField.Text.EVENT_TYPE;
import static dev.anabranch.lakehouse.view.EventField.Text.LEAD_ID;
import static dev.anabranch.lakehouse.view.EventField.Value.AMOUNT;

import java.util.List;

/** What happened in each minute, by type and channel. */
public final class Activity {
  public static final View VIEW =
      new View(
          "activity",
          List.of(new Key.Minute("window_start"), Key.Text.of(EVENT_TYPE), Key.Text.of(CHANNEL)),
          List.of(
              Measure.Count.all("events"),
              new Measure.Sum("revenue", AMOUNT),
              new Measure.Distinct("leads", LEAD_ID)));

  private Activity() {}
}
