namespace Causeway.Bgp.Tests.Interop;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public class OpenBgpdInteropTests() : DaemonConformance("OpenBGPD", 4, plan => new OpenBgpdDaemon(plan));
