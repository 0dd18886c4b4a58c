import Glibc
import LoopbackServer

func shutdownBothWays(_ connection: Connection) {
  shutdown(connection.descriptor, Int32(SHUT_RDWR))
}
