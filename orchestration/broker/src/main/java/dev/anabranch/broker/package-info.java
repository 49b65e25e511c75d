/**
 * The embedded platform's Kafka: one broker and controller (KRaft) in a process of its own, with a
 * class path of its own. It listens on the loopback address only and keeps everything in the data
 * folder; it ends when its standard input does.
 */
package dev.anabranch.broker;
