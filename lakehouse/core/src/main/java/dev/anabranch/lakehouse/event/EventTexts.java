package dev.anabranch.lakehouse.event;

/** The rules of an event's texts. Lengths are in code points. */
final class EventTexts {

  private EventTexts() {}

  /**
   * The rule of a name that the text breaks, or the empty string where it breaks none: 1 to {@code
   * limit} code points, not only spaces (U+0020), no control characters (U+0000 to U+001F, U+007F),
   * no unpaired surrogates.
   */
  static String faultOfName(String text, int limit) {
    boolean onlySpaces = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7f) {
        return "has a control character";
      }
      onlySpaces &= c == ' ';
    }
    if (text.isEmpty()) {
      return "is empty";
    }
    if (onlySpaces) {
      return "has only spaces";
    }
    return faultOfText(text, limit);
  }

  /**
   * The rule of a free text that it breaks, or the empty string where it breaks none: at most
   * {@code limit} code points, no unpaired surrogates.
   */
  static String faultOfText(String text, int limit) {
    int codePoints = 0;
    for (int i = 0; i < text.length(); i++, codePoints++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return "has an unpaired surrogate";
        }
        i++;
      }
    }
    return codePoints > limit ? "is longer than " + limit + " code points" : "";
  }
}
