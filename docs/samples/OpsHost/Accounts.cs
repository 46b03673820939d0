using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace OpsHost;

/// <summary>
/// Two accounts, so that there are two roles to see. <c>Accounts:ops</c> and <c>Accounts:viewer</c> hold a hash that
/// PasswordHasher has made; without it a password is made for this run, and shown once.
/// </summary>
internal sealed class Accounts
{
    public const string Viewer = "viewer";
    public const string Operator = "operator";

    private readonly PasswordHasher<string> _hasher = new();
    private readonly Dictionary<string, string> _hashes = [];
    private readonly Dictionary<string, string> _made = [];

    public Accounts(IConfiguration configuration)
    {
        foreach (string name in (string[])["ops", "viewer"])
        {
            string? hash = configuration[$"Accounts:{name}"];
            if (hash is null)
            {
                _made[name] = RandomNumberGenerator.GetHexString(24, lowercase: true);
                hash = _hasher.HashPassword(name, _made[name]);
            }

            _hashes[name] = hash;
        }
    }

    /// <summary>Who that is; null where the name or the password is wrong.</summary>
    public ClaimsPrincipal? Find(Credentials credentials)
    {
        // An unknown name takes as long as a wrong password.
        bool known = _hashes.TryGetValue(credentials.Name, out string? hash);
        bool right = _hasher.VerifyHashedPassword(credentials.Name, hash ?? _hashes["viewer"], credentials.Password) != PasswordVerificationResult.Failed;
        if (!known || !right)
            return null;
        Claim[] claims = [new(ClaimTypes.Name, credentials.Name), new(ClaimTypes.Role, credentials.Name == "ops" ? Operator : Viewer)];
        return new ClaimsPrincipal(new ClaimsIdentity(claims, nameof(Accounts)));
    }

    public void Print(TextWriter output, string url)
    {
        output.WriteLine($"OpsHost: {url}/p2p/ui/, after {url}/login");
        foreach ((string name, string password) in _made)
            output.WriteLine($"  for this run: {name} {password}");
    }
}
