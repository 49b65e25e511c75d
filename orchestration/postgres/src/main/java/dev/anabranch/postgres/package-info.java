/**
 * The embedded platform's PostgreSQL: a real server that this process starts and ends. It listens
 * on the loopback address only, keeps everything in the data folder, and ends when this process's
 * standard input does.
 */
package dev.anabranch.postgres;
