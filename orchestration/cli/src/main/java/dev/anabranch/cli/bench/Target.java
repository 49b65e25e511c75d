package dev.anabranch.cli.bench;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.PartStatus;
import dev.anabranch.cli.stack.Stack;
import java.io.IOException;

/** A platform that is measured. */
public interface Target {

  /** The API's base URL. */
  String serving();

  PlatformAddress kafka();

  /**
   * Makes sure that waiting can have an end.
   *
   * @throws CommandFailure a part has been given up
   */
  void requireHope();

  /** What all of it takes, in MiB. */
  long memoryMebibytes() throws IOException, InterruptedException;

  /** An embedded one: the resident memory of its processes. */
  static Target of(EmbeddedPlatform platform) {
    return new Target() {
      @Override
      public String serving() {
        return platform.status().addresses().serving();
      }

      @Override
      public PlatformAddress kafka() {
        return platform.status().addresses().kafka();
      }

      @Override
      public void requireHope() {
        platform.requireNoneGivenUp();
      }

      @Override
      public long memoryMebibytes() throws IOException {
        return Machine.residentMebibytes(
            platform.status().parts().stream().map(PartStatus::pid).filter(pid -> pid > 0));
      }
    };
  }

  /** The stack in containers, as Docker counts memory; a container is started again for ever. */
  static Target of(Stack stack) {
    return new Target() {
      @Override
      public String serving() {
        return stack.apiUrl();
      }

      @Override
      public PlatformAddress kafka() {
        return stack.kafka();
      }

      @Override
      public void requireHope() {}

      @Override
      public long memoryMebibytes() throws InterruptedException {
        return stack.memoryMebibytes();
      }
    };
  }
}
