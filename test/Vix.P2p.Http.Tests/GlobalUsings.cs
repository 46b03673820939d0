global using System.Net;
global using System.Text;
global using System.Text.Json;
global using FluentAssertions;
global using NUnit.Framework;
global using Vix.P2p.Http.Tests.Support;
