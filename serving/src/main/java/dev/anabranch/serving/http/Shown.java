package dev.anabranch.serving.http;

/** Text of a request, made fit to be shown in an answer or a log. */
final class Shown {
  private static final int LIMIT = 80;

  private Shown() {}

  /**
   * The text, cut to 80 code points; control characters and unpaired surrogates as {@code U+....}.
   */
  static String text(String given) {
    StringBuilder shown = new StringBuilder();
    int count = 0;
    for (int i = 0; i < given.length(); count++) {
      if (count == LIMIT) {
        return shown.append('…').toString();
      }
      int point = given.codePointAt(i);
      if (Character.isISOControl(point) || (point >= 0xD800 && point <= 0xDFFF)) {
        shown.append("U+%04X".formatted(point));
      } else {
        shown.appendCodePoint(point);
      }
      i += Character.charCount(point);
    }
    return shown.toString();
  }

  /** As {@link #text}, in quotes. */
  static String quoted(String given) {
    return "'" + text(given) + "'";
  }
}
