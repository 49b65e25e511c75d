package dev.anabranch.lakehouse.s3;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An object that is being written and that nobody sees until it is published, whole. For one
 * thread. To be ended by {@link #publish} or {@link #abort}; what is left open holds a buffer, and
 * an upload of several parts costs storage until it is cleared away.
 */
public interface Publication {

  /**
   * Takes the content. Closing it does nothing. Once a write has failed, the object cannot be
   * published any more: some of its content is missing, and whoever closes streams in turn after a
   * failure must not publish what is left.
   */
  OutputStream out();

  /**
   * Makes the object visible.
   *
   * @throws IOException it is not visible, or nobody knows; see the implementations
   */
  void publish() throws IOException;

  /** Gives up: nothing becomes visible. Does nothing after {@link #publish}; does not throw. */
  void abort();
}
