package dev.anabranch.serving.http;

/** The order of texts in views: by code point, which {@link String#compareTo} is not. */
final class CodePoints {
  private CodePoints() {}

  static int compare(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char l = left.charAt(i);
      char r = right.charAt(i);
      if (l != r) {
        // Surrogates stand for code points above all that one char can hold.
        boolean apart = Character.isSurrogate(l) != Character.isSurrogate(r);
        return apart ? (Character.isSurrogate(l) ? 1 : -1) : Character.compare(l, r);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
