package dev.anabranch.serving.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding as RFC 3986 has it, decoded strictly as UTF-8; a plus is a plus. */
final class Percent {
  private Percent() {}

  /** What is wrong with an encoded text; the message ends a sentence that names the text. */
  static final class InvalidEncodingException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidEncodingException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * The text that an encoded one stands for.
   *
   * @throws InvalidEncodingException where a {@code %} is not followed by two hexadecimal digits,
   *     or the bytes are not UTF-8
   */
  static String decode(String encoded) throws InvalidEncodingException {
    if (encoded.indexOf('%') < 0) {
      requirePairs(encoded);
      return encoded;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    int at = 0;
    while (at < encoded.length()) {
      int percent = encoded.indexOf('%', at);
      int end = percent < 0 ? encoded.length() : percent;
      String literal = encoded.substring(at, end);
      requirePairs(literal);
      bytes.writeBytes(literal.getBytes(StandardCharsets.UTF_8));
      at = end;
      if (at < encoded.length()) {
        bytes.write(octet(encoded, at));
        at += 3;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new InvalidEncodingException("is not valid UTF-8 when percent-decoded");
    }
  }

  private static int octet(String encoded, int at) throws InvalidEncodingException {
    int high = at + 1 < encoded.length() ? hexDigit(encoded.charAt(at + 1)) : -1;
    int low = at + 2 < encoded.length() ? hexDigit(encoded.charAt(at + 2)) : -1;
    if (high < 0 || low < 0) {
      throw new InvalidEncodingException("has a % that two hexadecimal digits do not follow");
    }
    return high * 16 + low;
  }

  private static int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    char lower = (char) (c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private static void requirePairs(String literal) throws InvalidEncodingException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(literal)) {
      throw new InvalidEncodingException("is not valid Unicode");
    }
  }
}
