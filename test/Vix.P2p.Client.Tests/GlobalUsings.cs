global using System.Net;
global using FluentAssertions;
global using NUnit.Framework;
global using Vix.P2p.Client.Tests.Support;
global using Vix.P2p.Contracts;
global using Vix.P2p.Http.Tests.Support;
global using Vix.P2p.Testing;
global using Vix.P2p.Tests.Testing;
