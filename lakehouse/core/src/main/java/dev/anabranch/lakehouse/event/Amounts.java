package dev.anabranch.lakehouse.event;

/**
 * Amounts of money as exact cents. Linear in the length of the text and constant in memory,
 * whatever the exponent: {@code 1e999999999} costs what {@code 1} costs.
 */
public final class Amounts {

  /** What {@link #centsOf} and {@link #centsOfText} answer for what is not a valid amount. */
  public static final long INVALID = -1;

  private static final long EXPONENT_CAP = 1_000_000_000_000L;
  private static final int MAX_INTEGER_DIGITS = 16;

  private Amounts() {}

  /** The cents of an amount that came as a string, {@code -?[0-9]+(\.[0-9]+)?} in ASCII. */
  public static long centsOfText(String text) {
    int at = text.startsWith("-") ? 1 : 0;
    int integerEnd = endOfDigits(text, at);
    if (integerEnd == at) {
      return INVALID;
    }
    if (integerEnd == text.length()) {
      return centsOf(text);
    }
    boolean decimals =
        text.charAt(integerEnd) == '.'
            && integerEnd + 1 < text.length()
            && endOfDigits(text, integerEnd + 1) == text.length();
    return decimals ? centsOf(text) : INVALID;
  }

  /**
   * The cents of a JSON number.
   *
   * @param number a number in the grammar of RFC 8259 (leading zeros do no harm)
   * @return the cents, or {@link #INVALID} where the value is negative, has more than two decimals
   *     or is 10^16 or more; by value, so {@code -0} is 0 and {@code 12.500} is 12.50
   */
  public static long centsOf(String number) {
    boolean negative = number.startsWith("-");
    int significantDigits = 0;
    long significand = 0;
    int zerosHeld = 0;
    int decimals = 0;
    boolean afterPoint = false;
    int at = negative ? 1 : 0;
    for (; at < number.length(); at++) {
      char c = number.charAt(at);
      if (c == '.') {
        afterPoint = true;
        continue;
      }
      if (c == 'e' || c == 'E') {
        break;
      }
      decimals += afterPoint ? 1 : 0;
      if (c == '0') {
        zerosHeld += significantDigits > 0 ? 1 : 0;
        continue;
      }
      significantDigits += zerosHeld + 1;
      if (significantDigits > MAX_INTEGER_DIGITS + 2) {
        return INVALID;
      }
      significand = significand * powerOfTen(zerosHeld + 1) + (c - '0');
      zerosHeld = 0;
    }
    if (significand == 0) {
      return 0;
    }
    // The value is significand * 10^scale, and the significand does not end in a zero.
    long scale = exponentAt(number, at) - decimals + zerosHeld;
    if (negative || scale < -2 || significantDigits + scale > MAX_INTEGER_DIGITS) {
      return INVALID;
    }
    return significand * powerOfTen((int) scale + 2);
  }

  /** The exponent after the {@code e} at that place, 0 where the number ends there; capped. */
  private static long exponentAt(String number, int place) {
    if (place >= number.length()) {
      return 0;
    }
    int at = place + 1;
    boolean negative = number.charAt(at) == '-';
    if (negative || number.charAt(at) == '+') {
      at++;
    }
    long exponent = 0;
    for (; at < number.length(); at++) {
      exponent = Math.min(EXPONENT_CAP, exponent * 10 + (number.charAt(at) - '0'));
    }
    return negative ? -exponent : exponent;
  }

  private static int endOfDigits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /** 10 to a power of 0 to 18. */
  private static long powerOfTen(int power) {
    long result = 1;
    for (int i = 0; i < power; i++) {
      result *= 10;
    }
    return result;
  }

  /** The cents as a decimal string with two decimals: 12990 is {@code 129.90}. */
  public static String format(long cents) {
    if (cents < 0) {
      throw new IllegalArgumentException("An amount of " + cents + " cents; it must be 0 or more");
    }
    long rest = cents % 100;
    return cents / 100 + (rest < 10 ? ".0" : ".") + rest;
  }
}
