package dev.anabranch.cli.produce;

import dev.anabranch.lakehouse.event.EventType;
import java.util.Optional;
import java.util.Random;

/**
 * One visit of a lead: it lands, looks at pages, may fill in a form, may buy after that, and leaves
 * at some point. Leads who come back buy more readily.
 */
final class Session {

  private static final int PRODUCTS = 200;

  private enum Stage {
    LANDING,
    BROWSING,
    FORM,
    PURCHASE
  }

  private final Lead lead;
  private final boolean returning;
  private boolean begun;
  private Stage stage = Stage.LANDING;
  private EventType type = EventType.WEB_VISIT;
  private Optional<String> page = Optional.empty();

  Session(Lead lead, boolean returning) {
    this.lead = lead;
    this.returning = returning;
  }

  Lead lead() {
    return lead;
  }

  /** What the last step was. */
  EventType type() {
    return type;
  }

  /** Where the last step was. */
  Optional<String> page() {
    return page;
  }

  /** Goes one step on. */
  void step(Random random) {
    stage = begun ? following(random.nextDouble()) : Stage.LANDING;
    begun = true;
    switch (stage) {
      case LANDING -> {
        boolean byMail = lead.channel().equals(Lead.EMAIL);
        type = byMail ? EventType.EMAIL_CLICK : EventType.WEB_VISIT;
        page = Optional.of(byMail ? "/campaign/" + (1 + random.nextInt(6)) : "/");
      }
      case BROWSING -> {
        type = EventType.WEB_VISIT;
        page = Optional.of(browsed(random));
      }
      case FORM -> {
        type = EventType.FORM_SUBMISSION;
        page = Optional.of(returning ? "/checkout" : "/sign-up");
      }
      case PURCHASE -> {
        type = EventType.PURCHASE;
        page = Optional.empty();
      }
    }
  }

  /** Whether the visitor leaves after the last step. */
  boolean over(Random random) {
    double leaves =
        switch (stage) {
          case LANDING -> 0.35;
          case BROWSING -> 0.18;
          case FORM -> 0.20;
          case PURCHASE -> 0.75;
        };
    return random.nextDouble() < leaves;
  }

  private Stage following(double draw) {
    return switch (stage) {
      case LANDING, PURCHASE -> Stage.BROWSING;
      case BROWSING -> draw < (returning ? 0.25 : 0.14) ? Stage.FORM : Stage.BROWSING;
      case FORM -> draw < (returning ? 0.60 : 0.35) ? Stage.PURCHASE : Stage.BROWSING;
    };
  }

  /** A page: some fixed ones, and products of which the first are seen most. */
  private static String browsed(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> "/pricing";
      case 1 -> "/search";
      case 2 -> "/compare";
      default -> {
        double skewed = random.nextDouble() * random.nextDouble();
        yield "/products/" + (1 + (int) (skewed * PRODUCTS));
      }
    };
  }
}
