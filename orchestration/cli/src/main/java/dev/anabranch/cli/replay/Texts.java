package dev.anabranch.cli.replay;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens texts. */
final class Texts {

  private static final int BUFFER = 1 << 16;

  private Texts() {}

  /**
   * A file as UTF-8, unpacked where it begins as gzip does, without its byte order mark. Bytes that
   * are not UTF-8 end the reading: to replace them would change the data in silence.
   */
  static BufferedReader open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      raw.mark(2);
      boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      InputStream plain = gzip ? new GZIPInputStream(raw, BUFFER) : raw;
      Reader decoded =
          new InputStreamReader(
              plain,
              StandardCharsets.UTF_8
                  .newDecoder()
                  .onMalformedInput(CodingErrorAction.REPORT)
                  .onUnmappableCharacter(CodingErrorAction.REPORT));
      BufferedReader text = new BufferedReader(decoded, BUFFER);
      text.mark(1);
      if (text.read() != '\ufeff') {
        text.reset();
      }
      return text;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Why reading failed, for people. */
  static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof CharacterCodingException
        ? "it is not UTF-8 text; convert it first, such as: iconv -f WINDOWS-1252 -t UTF-8"
        : root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
