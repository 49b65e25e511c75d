package dev.anabranch.lakehouse.lead;

import dev.anabranch.lakehouse.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A number that a model knows of a lead as of an instant. This list is the one definition: training
 * rows and live scores both come from it. Each number is {@code ln(1 + x)} of what its name says,
 * since counts, money and times have long tails.
 *
 * @param name as in model cards; a window's length is behind the last underscore
 * @param raw x, of a history and as of the instant that the view was made for
 */
public record Feature(String name, ToDoubleFunction<HistoryView> raw) {
  private static final long HOUR = 60;
  private static final long DAY = 24 * HOUR;
  private static final long WEEK = LeadHistory.KEPT_MINUTES;

  /** All features, in the order of a model's input. */
  public static final List<Feature> ALL = all();

  /** Their names, in that order; a model trained on others is not for this program. */
  public static final List<String> NAMES = ALL.stream().map(Feature::name).toList();

  private static List<Feature> all() {
    List<Feature> features = new ArrayList<>();
    for (EventType type : EventType.values()) {
      String name = type.name().toLowerCase(Locale.ROOT);
      features.add(new Feature(name + "_1h", view -> view.events(type, HOUR)));
      features.add(new Feature(name + "_1d", view -> view.events(type, DAY)));
      features.add(new Feature(name + "_7d", view -> view.events(type, WEEK)));
      features.add(new Feature(name + "_all", view -> view.events(type)));
    }
    features.add(new Feature("revenue_7d", view -> view.revenue(WEEK)));
    features.add(new Feature("revenue_all", HistoryView::revenue));
    features.add(new Feature("minutes_since_first", HistoryView::minutesSinceFirst));
    features.add(
        new Feature("minutes_since_form", view -> view.minutesSince(EventType.FORM_SUBMISSION)));
    features.add(
        new Feature("minutes_since_purchase", view -> view.minutesSince(EventType.PURCHASE)));
    features.add(new Feature("pages", HistoryView::pages));
    features.add(new Feature("channels", HistoryView::channels));
    features.add(new Feature("sessions_7d", HistoryView::sessions));
    features.add(new Feature("session_events", HistoryView::sessionEvents));
    features.add(new Feature("session_minutes", HistoryView::sessionMinutes));
    return List.copyOf(features);
  }

  /** The values of all features. */
  static double[] values(HistoryView view) {
    return ALL.stream()
        .mapToDouble(feature -> Math.log1p(feature.raw.applyAsDouble(view)))
        .toArray();
  }
}
