global using System.Net;
global using FluentAssertions;
global using NUnit.Framework;
global using Vix.P2p.Cli.Tests.Support;
global using Vix.P2p.Http.Tests.Support;
global using Vix.P2p.Tests.Testing;
