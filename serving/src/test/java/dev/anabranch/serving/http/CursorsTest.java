package dev.anabranch.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CursorsTest {
  private static final Cursors.Part SCOPE = out -> out.writeUTF("leads");

  private final Cursors cursors = new Cursors();

  private static void assertRefused(Cursors cursors, String cursor, int status) {
    ProblemException e =
        catchThrowableOfType(ProblemException.class, () -> cursors.read(SCOPE, cursor));
    assertThat(e).as(cursor).isNotNull();
    assertThat(e.problem().status()).as(cursor).isEqualTo(status);
    assertThat(e.problem().parameter()).contains("cursor");
  }

  @Test
  void aCursorComesBack() {
    String cursor = cursors.write(SCOPE, 42, out -> out.writeLong(7));
    assertThat(cursor).matches("[A-Za-z0-9_-]+");
    Cursors.Place place = cursors.read(SCOPE, cursor);
    assertThat(place.snapshot()).isEqualTo(42);
    assertThat(place.position()).containsExactly(0, 0, 0, 0, 0, 0, 0, 7);
  }

  @Test
  void otherParametersAreRefused() {
    assertRefused(cursors, cursors.write(out -> out.writeUTF("runs"), 1, out -> {}), 400);
  }

  @Test
  void theCursorOfAnotherProcessHasRunOut() {
    assertRefused(cursors, new Cursors().write(SCOPE, 1, out -> {}), 410);
  }

  @Test
  void anyChangeIsRefused() {
    String cursor = cursors.write(SCOPE, 42, out -> out.writeUTF("lead-1"));
    for (int i = 0; i < cursor.length(); i++) {
      char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
      assertRefused(cursors, cursor.substring(0, i) + other + cursor.substring(i + 1), 400);
      assertRefused(cursors, cursor.substring(0, i), 400);
    }
    assertRefused(cursors, cursor + "A", 400);
    assertRefused(cursors, cursor + "=", 400);
    assertRefused(cursors, cursor + cursor, 400);
  }

  @Test
  void positionsCannotBeForged() {
    byte[] bytes = Base64.getUrlDecoder().decode(cursors.write(SCOPE, 42, out -> out.writeByte(1)));
    bytes[bytes.length - 21] = 2;
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, bytes.length - 4);
    ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) checksum.getValue());
    assertRefused(cursors, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), 400);
  }

  @Property
  void garbageIsRefused(@ForAll String text, @ForAll byte[] bytes) {
    assertRefused(cursors, text, 400);
    assertRefused(cursors, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), 400);
    assertRefused(
        cursors, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)), 400);
  }
}
