package dev.anabranch.serving.http;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads values of parameters; what does not fit is a problem that blames the parameter. */
final class Values {
  static final int DEFAULT_LIMIT = 1000;
  static final int MAX_LIMIT = 10_000;
  static final long MINUTES_OF_A_DAY = 1440;
  private static final int MICROS_OF_A_SECOND = 1_000_000;

  private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,4}");
  private static final Pattern TIME =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\\.[0-9]{1,20})?"
              + "(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");
  private static final String AMOUNT = "(0|[1-9][0-9]{0,5})";
  private static final Pattern DURATION =
      Pattern.compile(
          "P(?=[0-9T])(?:%1$sD)?(?:T(?=[0-9])(?:%1$sH)?(?:%1$sM)?(?:%1$sS)?)?".formatted(AMOUNT));

  private Values() {}

  /** How many rows a page has: 1 to 10000, 1000 where it is not said. */
  static int limit(Parameters parameters) {
    return parameters.text("limit").map(Values::limit).orElse(DEFAULT_LIMIT);
  }

  private static int limit(String text) {
    int limit = LIMIT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_LIMIT) {
      throw bad("limit", text, "a whole number from 1 to " + MAX_LIMIT);
    }
    return limit;
  }

  /** A whole minute in RFC 3339, with any offset; microseconds since 1970-01-01T00:00:00Z. */
  static long minute(String name, String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw notATime(name, text);
    }
    try {
      LocalDateTime local =
          LocalDateTime.of(
              number(time, 1),
              number(time, 2),
              number(time, 3),
              number(time, 4),
              number(time, 5),
              number(time, 6));
      boolean whole =
          local.getSecond() == 0
              && (time.group(7) == null
                  || time.group(7).chars().allMatch(c -> c == '.' || c == '0'));
      if (!whole) {
        throw bad(name, text, "a whole minute, such as 2026-11-22T10:15:00Z");
      }
      return (local.toEpochSecond(ZoneOffset.UTC) - offsetSeconds(name, text, time))
          * MICROS_OF_A_SECOND;
    } catch (DateTimeException e) {
      throw notATime(name, text);
    }
  }

  private static long offsetSeconds(String name, String text, Matcher time) {
    if (time.group(8) == null) {
      return 0;
    }
    int hours = number(time, 9);
    int minutes = number(time, 10);
    if (hours > 23 || minutes > 59) {
      throw notATime(name, text);
    }
    return (time.group(8).equals("-") ? -60L : 60L) * (hours * 60L + minutes);
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  private static ProblemException notATime(String name, String text) {
    return bad(name, text, "a time in RFC 3339 with an offset, such as 2026-11-22T10:15:00Z");
  }

  /** A duration in ISO 8601 of 1 to 1440 whole minutes. */
  static long minutes(String name, String text) {
    Matcher duration = DURATION.matcher(text);
    long seconds =
        duration.matches()
            ? 86_400 * part(duration, 1)
                + 3_600 * part(duration, 2)
                + 60 * part(duration, 3)
                + part(duration, 4)
            : 0;
    if (seconds < 60 || seconds % 60 != 0 || seconds > 60 * MINUTES_OF_A_DAY) {
      throw bad(name, text, "an ISO 8601 duration of whole minutes from PT1M to P1D");
    }
    return seconds / 60;
  }

  private static long part(Matcher matcher, int group) {
    return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
  }

  /** The value that has exactly this name. */
  static <T> T oneOf(String name, String text, List<T> values, Function<T, String> nameOf) {
    return values.stream()
        .filter(value -> nameOf.apply(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                bad(
                    name,
                    text,
                    "one of " + String.join(", ", values.stream().map(nameOf).toList())));
  }

  static ProblemException bad(String name, String text, String wanted) {
    return ProblemException.badParameter(
        name, "Parameter %s is %s; it must be %s.".formatted(name, Shown.quoted(text), wanted));
  }
}
