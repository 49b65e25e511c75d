package dev.anabranch.lakehouse.event;

/** Makes details of refusals fit to store and print, whatever the record holds. */
final class Details {

  private static final int TEXT_LIMIT = 80;
  private static final int DETAIL_LIMIT = 297;

  private Details() {}

  /** A record's text in quotes, cut and cleaned. */
  static String quoted(String text) {
    return '"' + clean(text, TEXT_LIMIT) + '"';
  }

  /** A whole detail, cut and cleaned. */
  static String clean(String detail) {
    return clean(detail, DETAIL_LIMIT);
  }

  /** Control characters and everything outside of ASCII become a question mark. */
  private static String clean(String text, int limit) {
    int length = Math.min(text.length(), limit);
    StringBuilder cleaned = new StringBuilder(length + 3);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      cleaned.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return cleaned.append(text.length() > limit ? "..." : "").toString();
  }
}
