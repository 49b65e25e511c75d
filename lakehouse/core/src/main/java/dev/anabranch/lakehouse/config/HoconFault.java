package dev.anabranch.lakehouse.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import java.util.Optional;

/** What is wrong with a text in HOCON, for whoever wrote it. */
public final class HoconFault {
  private static final String RULES =
      "HOCON is KEY = VALUE on a line each, or SECTION { … }; text with blanks or any of $\"{}[]:=,+#`^?!@*&\\ stands in quotation marks.";

  private HoconFault() {}

  /** The file and the line where they are known, the library's reason, and what to do. */
  public static String of(ConfigException e) {
    Optional<ConfigOrigin> origin = Optional.ofNullable(e.origin());
    String place =
        origin
            .map(o -> o.lineNumber() > 0 ? file(o) + ", line " + o.lineNumber() : file(o))
            .map(text -> text + ": ")
            .orElse("");
    String prefix = origin.map(o -> o.description() + ": ").orElse("");
    String message = String.valueOf(e.getMessage());
    String reason = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    // The library's advice to name the file otherwise helps nobody here.
    String cut = reason.split(" \\(if you (intended|want) ", 2)[0];
    return place + cut + ". " + toDo(e, origin);
  }

  private static String file(ConfigOrigin origin) {
    return origin.filename() != null
        ? origin.filename()
        : origin.description().replaceFirst(": [0-9]+$", "");
  }

  private static String toDo(ConfigException e, Optional<ConfigOrigin> origin) {
    if (e instanceof ConfigException.UnresolvedSubstitution) {
      return "${NAME} stands for another key of the file or a variable of the environment; set it, or write ${?NAME} where it may be missing.";
    }
    if (e instanceof ConfigException.Parse && origin.isPresent()) {
      return "Mend that line or the one before. " + RULES;
    }
    return RULES;
  }
}
