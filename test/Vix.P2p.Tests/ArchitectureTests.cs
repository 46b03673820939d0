using System.IO.Pipelines;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Shared;

namespace Vix.P2p.Tests;

/// <summary>The rules of docs/architecture.md that a reader would otherwise have to trust.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Node = typeof(IP2pNode).Assembly;

    private static readonly Dictionary<string, string[]> ForbiddenByFolder = new()
    {
        ["Transport"] = ["Vix.P2p.Handshake", "Vix.P2p.Records", "Vix.P2p.Connections", "Vix.P2p.Messages", "Vix.P2p.Peers", "Vix.P2p.Hosting"],
        ["Handshake"] = ["Vix.P2p.Transport", "Vix.P2p.Connections", "Vix.P2p.Messages", "Vix.P2p.Peers", "Vix.P2p.Hosting", "System.Net.Sockets"],
        ["Records"] = ["Vix.P2p.Transport", "Vix.P2p.Handshake", "Vix.P2p.Connections", "Vix.P2p.Messages", "Vix.P2p.Peers", "Vix.P2p.Hosting", "System.Net.Sockets"],
        ["Connections"] = ["Vix.P2p.Peers", "Vix.P2p.Hosting", "System.Net.Sockets"],
        ["Peers"] = ["Vix.P2p.Hosting", "System.IO.Pipelines", "System.Net.Sockets"],
    };

    private static IEnumerable<SourceFile> Sources => SourceFile.Under("src");

    [TestCase("Transport")]
    [TestCase("Handshake")]
    [TestCase("Records")]
    [TestCase("Connections")]
    [TestCase("Peers")]
    public void Folder_Always_KnowsOnlyWhatComesBeforeIt(string folder)
    {
        Type[] types = [.. Node.GetTypes().Where(type => !type.IsNested && IsIn(type, $"Vix.P2p.{folder}"))];

        IEnumerable<string> wrong =
            from type in types
            from used in TypeReferences.Of(type)
            where ForbiddenByFolder[folder].Any(name => IsIn(used, name))
            select $"{type.FullName} uses {used.FullName}";

        types.Should().NotBeEmpty();
        wrong.Should().BeEmpty();
    }

    [Test]
    public void LogMessage_SeenByDefault_IsInTheDocument()
    {
        string document = File.ReadAllText(Repository.Path("docs/architecture.md"));
        int[] ids = [.. LogMessages.SeenByDefault(typeof(P2pNode).Assembly)];

        ids.Should().NotBeEmpty().And.OnlyContain(id => document.Contains($"| {id} |", StringComparison.Ordinal));
    }

    [Test]
    public void Folder_Always_IsTheNamespace()
    {
        IEnumerable<string> wrong =
            from file in Sources
            let folder = Path.GetDirectoryName(file.Path)!.Replace('\\', '/')["src/".Length..].Replace('/', '.')
            let name = file.Lines.FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            where name is not null && name != $"namespace {folder};"
                // What a user writes on his services and his app is found without a using directive.
                && name is not ("namespace Microsoft.Extensions.DependencyInjection;" or "namespace Microsoft.AspNetCore.Builder;")
            select $"{file.Path}: {name}";

        wrong.Should().BeEmpty();
    }

    [Test]
    public void PublicSignature_OutsideTheTransportSeam_HasNoPipeAndNoSocket()
    {
        Type[] techniques = [typeof(PipeReader), typeof(PipeWriter), typeof(IDuplexPipe), typeof(Pipe), typeof(Socket), typeof(NetworkStream)];

        IEnumerable<string> wrong =
            from type in Node.GetExportedTypes()
            where type.Namespace != "Vix.P2p.Transport"
            from member in type.GetMembers()
            from used in SignatureOf(member)
            where techniques.Contains(used) || used.Namespace == "System.Net.Sockets"
            select $"{type.FullName}.{member.Name}: {used.Name}";

        wrong.Should().BeEmpty();
    }

    [Test]
    public void ControlPlane_Always_SeesThePublicFaceOnly()
    {
        string[] friends = [.. Node.GetCustomAttributes<InternalsVisibleToAttribute>().Select(attribute => attribute.AssemblyName)];

        friends.Should().BeEquivalentTo("Vix.P2p.Tests", "Vix.P2p.FunctionalTests", "Vix.P2p.Benchmarks", "Vix.P2p.Fuzz", "Vix.P2p.Simulation", "Vix.P2p.Soak");
    }

    [Test]
    public void File_Always_HoldsOneTopLevelTypeOfItsName()
    {
        IEnumerable<string> wrong =
            from file in Sources
            where !file.Path.EndsWith("/AssemblyInfo.cs", StringComparison.Ordinal)
            let types = file.TopLevelTypes
            // Tcp.Accept.cs may hold a part of the type Tcp.
            where types.Count != 1 || types[0] != file.Name.Split('.')[0]
            select $"{file.Path}: {string.Join(", ", types)}";

        wrong.Should().BeEmpty();
    }

    [Test]
    public void File_Always_HasAtMost300Lines()
    {
        Sources.Where(file => file.Lines.Count > 300).Select(file => $"{file.Path}: {file.Lines.Count}").Should().BeEmpty();
    }

    [Test]
    public void Folder_Always_IsAFeature()
    {
        string[] kinds = ["Interfaces", "Helpers", "Services", "Utils", "Utilities", "Common", "Extensions", "Models"];

        Sources.Where(file => file.Path.Split('/').Intersect(kinds).Any()).Should().BeEmpty();
    }

    [Test]
    public void Source_Always_LeavesNothingForLater()
    {
        string[] leftovers = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

        IEnumerable<string> found =
            from file in Sources.Concat(SourceFile.Under("test")).Concat(SourceFile.Under("docs"))
            from line in file.Lines.Select((text, index) => (text, number: index + 1))
            where leftovers.Any(word => line.text.Contains(word, StringComparison.Ordinal))
            select $"{file.Path}:{line.number}: {line.text.Trim()}";

        found.Should().BeEmpty();
    }

    [Test]
    public void Test_Always_WaitsForWhatHappensAndNotForTime()
    {
        string[] sleeps = ["Thread" + ".Sleep(", "Task" + ".Delay("];

        IEnumerable<string> found =
            from file in SourceFile.Under("test")
            // Programs that run for a time on purpose, and hold no test.
            where !file.Path.StartsWith("test/Vix.P2p.Benchmarks/", StringComparison.Ordinal)
            where !file.Path.StartsWith("test/Vix.P2p.Soak/", StringComparison.Ordinal)
            from line in file.Lines
            where sleeps.Any(sleep => line.Contains(sleep, StringComparison.Ordinal))
            where !line.Contains("Timeout.Infinite", StringComparison.Ordinal) // waits for its token
            select $"{file.Path}: {line.Trim()}";

        found.Should().BeEmpty();
    }

    [Test]
    public void EventId_OfEachLogMessage_IsExplicitAndUnique()
    {
        (string Where, int Id)[] ids = [.. LogMessages.Of(Node)];

        ids.Should().NotBeEmpty();
        ids.Should().OnlyContain(message => message.Id > 0);
        ids.GroupBy(message => message.Id).Where(group => group.Count() > 1).Select(group => string.Join(" = ", group)).Should().BeEmpty();
        ids.Select(message => message.Where.Split('.')[^2]).Should().OnlyContain(type => type == "Log", "there is one Log class a folder");
    }

    private static bool IsIn(Type type, string name) =>
        type.Namespace == name || type.Namespace?.StartsWith($"{name}.", StringComparison.Ordinal) == true;

    private static IEnumerable<Type> SignatureOf(MemberInfo member)
    {
        IEnumerable<Type> types = member switch
        {
            MethodBase method => method.GetParameters().Select(parameter => parameter.ParameterType)
                .Concat(method is MethodInfo { ReturnType: { } result } ? [result] : []),
            PropertyInfo property => [property.PropertyType],
            FieldInfo field => [field.FieldType],
            EventInfo { EventHandlerType: { } handler } => [handler],
            _ => [],
        };
        return types.SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : [type, .. type.GetGenericArguments().SelectMany(Parts)];
}
