package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What figures must be: it stands in their document, under {@code wanted}. */
public final class Wanted {

  private static final String FIELD = "wanted";
  private static final String MOST = "at_most";
  private static final String LEAST = "at_least";

  private Wanted() {}

  /** The figure must not be above a limit. */
  static void atMost(ObjectNode figures, String figure, double limit) {
    figures.withObject("/" + FIELD).putObject(figure).put(MOST, limit);
  }

  /** The figure must not be below a limit. */
  static void atLeast(ObjectNode figures, String figure, double limit) {
    figures.withObject("/" + FIELD).putObject(figure).put(LEAST, limit);
  }

  /** The figures that are missing or not as they must be, a sentence each. */
  public static List<String> missed(ObjectNode figures) {
    List<String> missed = new ArrayList<>();
    figures
        .path(FIELD)
        .properties()
        .forEach(
            wanted -> {
              JsonNode figure = figures.path(wanted.getKey());
              double most = wanted.getValue().path(MOST).asDouble(Double.POSITIVE_INFINITY);
              double least = wanted.getValue().path(LEAST).asDouble(Double.NEGATIVE_INFINITY);
              if (!figure.isNumber() || figure.asDouble() > most || figure.asDouble() < least) {
                missed.add(
                    String.format(
                        Locale.ROOT,
                        "%s is %s; wanted: %s",
                        wanted.getKey(),
                        figure.isMissingNode() ? "missing" : figure,
                        wanted.getValue()));
              }
            });
    return missed;
  }
}
