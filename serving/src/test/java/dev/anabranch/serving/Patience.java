package dev.anabranch.serving;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long every test of this module waits, unless it says so itself: longer than Awaitility's 10
 * seconds, which a busy machine needs for what takes one otherwise. JUnit finds it by its name in
 * {@code META-INF/services}.
 */
public final class Patience implements BeforeAllCallback {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LONGEST);
  }
}
